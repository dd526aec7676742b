/** Details of a line, without braces. */
export function detailText(details: Record<string, unknown>): string {
  return Object.entries(details)
    .filter(([name]) => name !== 'user_agent')
    .map(
      ([name, value]) =>
        `${name.replaceAll('_', ' ')}: ${Array.isArray(value) ? value.join(', ') : String(value)}`,
    )
    .join(' · ');
}
