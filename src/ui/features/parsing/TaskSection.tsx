import { useTranslation } from 'react-i18next';
import { Section } from '../../components/Section.tsx';
import { SegmentedControl } from '../../components/SegmentedControl.tsx';
import { Select } from '../../components/Select.tsx';
import { useSelectedImage } from '../../hooks/useSelectedImage.ts';
import { useServices } from '../../services.tsx';
import { useSettingsStore } from '../../stores/settings-store.ts';
import { TASK_CHOICES, taskChoiceOf, type TaskChoice } from '../../task-id.ts';

/** What is computed: of all pictures, and of this one. */
export function TaskSection() {
  const { t } = useTranslation('parsing');
  const { library } = useServices();
  const image = useSelectedImage();
  const forAll = useSettingsStore((state) => state.task);
  const update = useSettingsStore((state) => state.update);
  const names = (choice: TaskChoice) => t(`task.choices.${choice}`);
  return (
    <Section id="task" title={t('task.title')}>
      <SegmentedControl
        label={t('task.all')}
        value={forAll}
        options={TASK_CHOICES.map((choice) => ({ value: choice, label: names(choice) }))}
        onChange={(task) => update({ task })}
      />
      <p className="field-hint">{t(`task.hint.${taskChoiceOf(image ?? {}, forAll)}`)}</p>
      {image !== null && (
        <Select<TaskChoice | 'all'>
          label={t('task.one')}
          value={image.task ?? 'all'}
          options={[
            { value: 'all', label: t('task.asAll') },
            ...TASK_CHOICES.map((choice) => ({ value: choice, label: names(choice) })),
          ]}
          onChange={(task) => library.setTask(image.id, task === 'all' ? null : task)}
        />
      )}
    </Section>
  );
}
