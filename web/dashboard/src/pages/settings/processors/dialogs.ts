/** All dialogs of this page and of that of routes, as one part: what each of them shares with other pages would else count many times,
 * and come with the first route (`vite.config.ts`). */

export { LeaveUnsaved } from '../routing/LeaveUnsaved';
export { CapForm } from './CapForm';
export { Connect } from './Connect';
export { EditAccount } from './EditAccount';
export { NewCredentials } from './NewCredentials';
export { PauseAccount } from './PauseAccount';
export { RemoveAccount } from './RemoveAccount';
export { RuleForm } from './RuleForm';
