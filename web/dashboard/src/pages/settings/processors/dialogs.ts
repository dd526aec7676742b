/** All dialogs of the page, as one part: what each of them shares with other pages would else count many times,
 * and come with the first route (`vite.config.ts`). */

export { CapForm } from './CapForm';
export { Connect } from './Connect';
export { EditAccount } from './EditAccount';
export { NewCredentials } from './NewCredentials';
export { PauseAccount } from './PauseAccount';
export { RemoveAccount } from './RemoveAccount';
export { RuleForm } from './RuleForm';
