import { Skeleton, Stack } from '@mantine/core';

/** The shape of a page that is on its way. */
export function PageSkeleton() {
  return (
    <Stack gap="md" aria-busy="true" aria-label="Loading">
      <Skeleton height={28} width={200} />
      <Skeleton height={120} />
      <Skeleton height={320} />
    </Stack>
  );
}
