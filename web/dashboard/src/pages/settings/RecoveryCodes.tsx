import { SaveOnce } from '../../ui/SaveOnce';

/** The only moment at which recovery codes are shown. */
export function RecoveryCodes({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  return (
    <SaveOnce
      title="Save the recovery codes now"
      lead="Each logs you in once without the telephone. They are kept as hashes only and cannot be shown again."
      testId="recovery-codes"
      label="the recovery codes"
      text={codes.join('\n')}
      saved="I have saved them in a safe place"
      onClose={onClose}
    />
  );
}
