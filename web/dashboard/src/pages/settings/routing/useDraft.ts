/** Rules that are being changed: each step can be undone until all of it is saved. */

import { useState } from 'react';
import type { DraftRule, Rule } from '../processors/queries';

export const asDraft = (rule: Rule): DraftRule => {
  const { id, account_id, method, network, currency, amount_from, amount_to, share } = rule;
  return { id, account_id, method, network, currency, amount_from, amount_to, share, draft: id };
};

export interface Draft {
  rules: DraftRule[];
  isChanged: boolean;
  /** The version of the saved rules that the changes began from. */
  version: string | undefined;
  change: (rules: DraftRule[]) => void;
  undo: () => void;
  discard: () => void;
}

/** `saved` and its `version` are what the API has; what it has later does not move a draft under its author. */
export function useDraft(saved: DraftRule[], version: string | undefined): Draft {
  const [steps, setSteps] = useState<DraftRule[][]>([]);
  const [began, setBegan] = useState<string | undefined>();
  const isChanged = steps.length > 0;
  return {
    rules: steps.at(-1) ?? saved,
    isChanged,
    version: isChanged ? began : version,
    change: (rules) => {
      if (!isChanged) setBegan(version);
      setSteps([...steps, rules]);
    },
    undo: () => setSteps(steps.slice(0, -1)),
    discard: () => setSteps([]),
  };
}
