import { FolderPlus, ImagePlus } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../components/IconButton.tsx';
import { canPickFolders, openFilePicker, openFolderPicker } from '../../hooks/pickers.ts';
import { shortcutKey } from '../../hooks/shortcuts.ts';

export const AddActions = memo(function AddActions() {
  const { t } = useTranslation();
  return (
    <div className="strip-actions">
      <IconButton
        label={t('library.addFiles')}
        shortcut={shortcutKey('open')}
        tooltipSide="top"
        icon={<ImagePlus aria-hidden />}
        onClick={openFilePicker}
      />
      {canPickFolders() && (
        <IconButton
          label={t('library.addFolder')}
          tooltipSide="top"
          icon={<FolderPlus aria-hidden />}
          onClick={openFolderPicker}
        />
      )}
    </div>
  );
});
