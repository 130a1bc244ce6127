/** Three depth contours: the lines of equal depth that gave Isobath its name. */
export function Logo() {
  return (
    <svg className="logo" viewBox="0 0 24 24" width="22" height="22" fill="none" aria-hidden>
      <path
        d="M3.2 13.4c-.6-4.6 2.3-9 7.2-9.8 5-.8 10 1.900 10.500 6.900.5 4.800-3 9.600-8.300 9.900-5 .3-8.800-2.400-9.400-7Z"
        stroke="currentColor"
        strokeWidth="1.500"
        opacity=".45"
      />
      <path
        d="M6.500 12.900c-.3-3 1.700-5.800 4.900-6.200 3.200-.4 6.100 1.400 6.300 4.500.2 3-2 6-5.300 6.100-3.200.1-5.600-1.500-5.900-4.400Z"
        stroke="currentColor"
        strokeWidth="1.500"
        opacity=".75"
      />
      <path
        d="M9.700 12.300c-.1-1.500.9-2.700 2.300-2.800 1.500-.1 2.700.7 2.800 2 .1 1.400-1 2.600-2.500 2.700-1.400 0-2.500-.6-2.600-1.900Z"
        fill="var(--accent)"
      />
    </svg>
  );
}
