/** The names under which the API may know the viewer's time zone. */

import { timeZone } from './time';

/**
 * Chromium goes on using names that the IANA database replaced, and a host without the old names refuses them.
 * The left ones are what browsers say (CLDR's), the right ones what every database since 2022 has.
 */
const RENAMED: Record<string, string> = {
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Rangoon': 'Asia/Yangon',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Africa/Asmera': 'Africa/Asmara',
  'America/Buenos_Aires': 'America/Argentina/Buenos_Aires',
  'America/Catamarca': 'America/Argentina/Catamarca',
  'America/Cordoba': 'America/Argentina/Cordoba',
  'America/Coral_Harbour': 'America/Atikokan',
  'America/Godthab': 'America/Nuuk',
  'America/Indianapolis': 'America/Indiana/Indianapolis',
  'America/Jujuy': 'America/Argentina/Jujuy',
  'America/Louisville': 'America/Kentucky/Louisville',
  'America/Mendoza': 'America/Argentina/Mendoza',
  'Atlantic/Faeroe': 'Atlantic/Faroe',
  'Europe/Kiev': 'Europe/Kyiv',
  'Pacific/Ponape': 'Pacific/Pohnpei',
  'Pacific/Truk': 'Pacific/Chuuk',
};

/** The browser's name, the one that replaced it (or that it replaced), and UTC, which is always something. */
export function zoneNames(zone: string = timeZone()): string[] {
  const older = Object.keys(RENAMED).find((name) => RENAMED[name] === zone);
  return [...new Set([zone, RENAMED[zone] ?? older ?? zone, 'UTC'])];
}
