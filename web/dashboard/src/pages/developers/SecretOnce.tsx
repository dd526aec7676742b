import { SaveOnce } from '../../ui/SaveOnce';

/** The only moment at which a secret is shown. */
export function SecretOnce({ id, secret, onClose }: { id: string; secret: string; onClose: () => void }) {
  return (
    <SaveOnce
      title="Save the secret now"
      lead="It is not kept and cannot be shown again."
      testId="new-key"
      label="the pair"
      text={`X-Api-Key: ${id}\nX-Api-Secret: ${secret}`}
      saved="I have saved it in a safe place"
      onClose={onClose}
    />
  );
}
