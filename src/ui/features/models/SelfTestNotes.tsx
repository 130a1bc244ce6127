import { useTranslation } from 'react-i18next';
import type { ModelEntry } from '../../../client/model-library.types.ts';
import { findWasmRefusal, selfTestKey } from '../../../client/self-test-key.ts';
import type { SelfTestSubject } from '../../../client/self-test.ts';
import { TestAgain } from '../../components/TestAgain.tsx';
import { useFormat } from '../../hooks/useFormat.ts';
import { useMeasuringDoor, useSelfTestsSnapshot } from '../../hooks/useMeasuringDoor.ts';
import { useServices } from '../../services.tsx';

/** Why a file is not used on a provider, and a way to ask again. A note stays for the session once it was asked again. */
export function SelfTestNotes({ entry }: { readonly entry: ModelEntry }) {
  const { profile } = useServices();
  const { manifest, variant, refusedVariants } = entry;
  const refused = manifest.variants
    .filter(({ id }) => refusedVariants.includes(id))
    .map(({ id }): SelfTestSubject => ({ model: manifest, variant: id, provider: 'webgpu' }));
  const isWasmWrong = findWasmRefusal(profile, { model: manifest, variant: variant.id }) !== null;
  const wrong: readonly SelfTestSubject[] = isWasmWrong
    ? [...refused, { model: manifest, variant: variant.id, provider: 'wasm' }]
    : refused;
  return <AskedAgain entry={entry} wrong={wrong} />;
}

function AskedAgain({
  entry: { manifest, variant },
  wrong,
}: {
  readonly entry: ModelEntry;
  readonly wrong: readonly SelfTestSubject[];
}) {
  const { outcomes, askedAgain } = useSelfTestsSnapshot(useMeasuringDoor());
  const keyOf = (subject: SelfTestSubject) => selfTestKey(manifest, subject.variant, subject.provider);
  const all = manifest.variants.flatMap(({ id }): SelfTestSubject[] => [
    { model: manifest, variant: id, provider: 'webgpu' },
    ...(id === variant.id ? [{ model: manifest, variant: id, provider: 'wasm' as const }] : []),
  ]);
  const isWrong = (subject: SelfTestSubject) => wrong.some((one) => keyOf(one) === keyOf(subject));
  return all
    .filter((subject) => isWrong(subject) || outcomes.has(keyOf(subject)) || askedAgain === keyOf(subject))
    .map((subject) => <SelfTestNote key={keyOf(subject)} subject={subject} isWrong={isWrong(subject)} />);
}

function SelfTestNote({
  subject,
  isWrong,
}: {
  readonly subject: SelfTestSubject;
  readonly isWrong: boolean;
}) {
  const { profile } = useServices();
  const { t } = useTranslation('models');
  const format = useFormat();
  const { model, variant: name, provider } = subject;
  const numbers = profile.getNumbers(selfTestKey(model, name, provider));
  const describe = () => {
    if (!isWrong) return null;
    if (numbers === null) return provider === 'wasm' ? t('card.wasmWrong') : t('card.refused', { name });
    const error = format.number(numbers.meanRelativeError, 3);
    const bound = format.number(numbers.tolerance, 3);
    return provider === 'wasm'
      ? t('card.wasmWrongBy', { error, bound })
      : t('card.refusedBy', { name, error, bound });
  };
  return (
    <div
      className="model-note"
      data-testid="model-refused"
      data-variant={name}
      data-provider={provider}
      data-tone={isWrong && provider === 'wasm' ? 'error' : undefined}
    >
      {describe()}
      <TestAgain subject={subject} />
    </div>
  );
}
