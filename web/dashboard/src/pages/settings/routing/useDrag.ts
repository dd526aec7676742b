/** Drag a row of a list by its handle: the list is left alone until the row is put down. */

import { type PointerEvent as Pressed, useEffect, useRef, useState } from 'react';

interface Lifted {
  from: number;
  /** Before which row it would be put down; the number of rows: at the end. */
  gap: number;
}

export interface Drag {
  lifted: Lifted | null;
  list: React.RefObject<HTMLOListElement | null>;
  lift: (index: number) => (event: Pressed) => void;
}

/** `onDrop` hears from where and to where; not where a row is put down in its own place. Escape lets go. */
export function useDrag(onDrop: (from: number, to: number) => void): Drag {
  const list = useRef<HTMLOListElement>(null);
  const [lifted, setLifted] = useState<Lifted | null>(null);
  const drop = useRef(onDrop);
  drop.current = onDrop;
  useEffect(() => {
    if (!lifted) return;
    const move = (event: PointerEvent) => {
      const rows = [...(list.current?.children ?? [])].map((row) => row.getBoundingClientRect());
      const gap = rows.filter((row) => event.clientY > row.top + row.height / 2).length;
      if (gap !== lifted.gap) setLifted({ ...lifted, gap });
    };
    const end = () => {
      setLifted(null);
      const to = lifted.gap > lifted.from ? lifted.gap - 1 : lifted.gap;
      if (to !== lifted.from) drop.current(lifted.from, to);
    };
    const cancel = () => setLifted(null);
    const key = (event: KeyboardEvent) => event.key === 'Escape' && cancel();
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', end);
    window.addEventListener('pointercancel', cancel);
    window.addEventListener('keydown', key);
    return () => {
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', end);
      window.removeEventListener('pointercancel', cancel);
      window.removeEventListener('keydown', key);
    };
  }, [lifted]);
  const lift = (index: number) => (event: Pressed) => {
    if (event.button === 0) setLifted({ from: index, gap: index });
  };
  return { lifted, list, lift };
}
