import type { Screens } from '../app.js';
import { ProblemScreen } from '../screens/problem.js';
import { Processing } from '../screens/processing.js';
import { Success } from '../screens/success.js';
import { Fields } from './screen.js';

/** Of the page that is served while a payment waits in a processor's form. */
export const FIELDS_SCREENS: Screens = {
  fields: Fields,
  processing: Processing,
  success: Success,
  problem: ProblemScreen,
};
