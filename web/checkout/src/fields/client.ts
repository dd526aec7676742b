import { startPage } from '../start.js';
import { FIELDS_SCREENS } from './screens.js';

startPage(FIELDS_SCREENS);
