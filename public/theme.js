// Applies a chosen theme before the first paint; without one the style sheet follows the system.
try {
  const theme = JSON.parse(localStorage.getItem('isobath.settings') ?? '{}').state?.theme;
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // No storage, or not ours: the system's theme it is.
}
