import { Confirm } from '../../../ui/Confirm';

/** Asked of whoever leaves while the rules are not saved. */
export function LeaveUnsaved({ onLeave, onClose }: { onLeave: () => void; onClose: () => void }) {
  return (
    <Confirm
      title="The routes are not saved"
      button="Leave without saving"
      pending={false}
      error={null}
      onConfirm={onLeave}
      onClose={onClose}
    >
      What you have changed is lost if you leave this page.
    </Confirm>
  );
}
