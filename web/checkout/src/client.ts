import { OWN_SCREENS } from './screens/own.js';
import { startPage } from './start.js';

startPage(OWN_SCREENS);
