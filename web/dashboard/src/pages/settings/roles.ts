/** The roles in words. What they really may do is decided by the API. */
export const ROLES = [
  { value: 'owner', label: 'Owner', may: 'everything, and makes other owners.' },
  { value: 'admin', label: 'Admin', may: 'everything but changing owners.' },
  {
    value: 'developer',
    label: 'Developer',
    may: 'keys, webhooks, orders; moves money in test mode only.',
  },
  {
    value: 'support',
    label: 'Support',
    may: 'looks at everything but secrets; captures, cancels and refunds.',
  },
  { value: 'viewer', label: 'Viewer', may: 'looks, and changes nothing.' },
];

/** To give one of these takes the password of who gives it. */
export const PROVED_ROLES = ['owner', 'admin'];
