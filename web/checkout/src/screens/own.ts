import type { Screens } from '../app.js';
import { Challenge } from './challenge.js';
import { PayForm } from './form.js';
import { ProblemScreen } from './problem.js';
import { Processing } from './processing.js';
import { Success } from './success.js';
import { UpiWait } from './upi-wait.js';

/** Of the page with our own forms, which loads nothing from anywhere else. */
export const OWN_SCREENS: Screens = {
  form: PayForm,
  processing: Processing,
  challenge: Challenge,
  upi: UpiWait,
  success: Success,
  problem: ProblemScreen,
};
