/** Every route of the dashboard. Pages are loaded when they are first shown. */

import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { sessionQuery } from './session/session';
import { Shell } from './shell/Shell';
import { Failure } from './ui/Failure';
import { lazyPage } from './ui/lazy';
import { PageSkeleton } from './ui/PageSkeleton';

interface Context {
  queries: QueryClient;
}

const homePage = () => import('./pages/home/Home');
const paymentsPage = () => import('./pages/payments/Payments');
const webhooksPage = () => import('./pages/webhooks/Webhooks');

/** Pages that are often opened directly: their code comes while the session is still being asked for. */
const EARLY: Record<string, () => Promise<unknown>> = {
  '/dashboard': homePage,
  '/dashboard/transactions': paymentsPage,
  '/dashboard/webhooks': webhooksPage,
};

const root = createRootRouteWithContext<Context>()({ component: Outlet });

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: (search: Record<string, unknown>): { next?: string; ended?: boolean } => ({
    ended: search.ended === 'true' || search.ended === true ? true : undefined,
    // Only a path of our own: `//other.example` would lead away.
    next:
      typeof search.next === 'string' && /^\/dashboard(?![\w-])/.test(search.next) ? search.next : undefined,
  }),
  component: lazyPage(() => import('./pages/login/Login'), 'Login'),
});

const invite = createRoute({
  getParentRoute: () => root,
  path: '/invite',
  component: lazyPage(() => import('./pages/login/Invite'), 'Invite'),
});

const start = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/dashboard' });
  },
});

const dashboard = createRoute({
  getParentRoute: () => root,
  path: '/dashboard',
  beforeLoad: async ({ context, location }) => {
    void EARLY[location.pathname.replace(/\/$/, '')]?.().catch(() => undefined);
    const session = await context.queries.ensureQueryData(sessionQuery);
    if (!session) throw redirect({ to: '/login', search: { next: location.href } });
  },
  component: Shell,
});

/** Filters live in the URL as plain text; each page reads those it knows. */
export type TextSearch = Record<string, string | undefined>;
function textSearch(search: Record<string, unknown>): TextSearch {
  const found: TextSearch = {};
  for (const [name, value] of Object.entries(search)) {
    if (typeof value === 'string' || typeof value === 'number') found[name] = String(value);
  }
  return found;
}

const home = createRoute({
  getParentRoute: () => dashboard,
  path: '/',
  validateSearch: textSearch,
  component: lazyPage(homePage, 'Home'),
});
const transactions = createRoute({
  getParentRoute: () => dashboard,
  path: '/transactions',
  validateSearch: textSearch,
  component: lazyPage(paymentsPage, 'Payments'),
});
const transaction = createRoute({
  getParentRoute: () => dashboard,
  path: '/transactions/$paymentId',
  component: lazyPage(() => import('./pages/payments/PaymentPage'), 'PaymentPage'),
});
const orders = createRoute({
  getParentRoute: () => dashboard,
  path: '/orders',
  validateSearch: textSearch,
  component: lazyPage(() => import('./pages/orders/Orders'), 'Orders'),
});
const order = createRoute({
  getParentRoute: () => dashboard,
  path: '/orders/$orderId',
  component: lazyPage(() => import('./pages/orders/OrderPage'), 'OrderPage'),
});
const refunds = createRoute({
  getParentRoute: () => dashboard,
  path: '/refunds',
  validateSearch: textSearch,
  component: lazyPage(() => import('./pages/refunds/Refunds'), 'Refunds'),
});
const disputes = createRoute({
  getParentRoute: () => dashboard,
  path: '/disputes',
  validateSearch: textSearch,
  component: lazyPage(() => import('./pages/disputes/Disputes'), 'Disputes'),
});
const unexpected = createRoute({
  getParentRoute: () => dashboard,
  path: '/unexpected',
  validateSearch: textSearch,
  component: lazyPage(() => import('./pages/unexpected/Unexpected'), 'Unexpected'),
});
const webhooks = createRoute({
  getParentRoute: () => dashboard,
  path: '/webhooks',
  validateSearch: textSearch,
  component: lazyPage(webhooksPage, 'Webhooks'),
});
const docs = createRoute({
  getParentRoute: () => dashboard,
  path: '/docs',
  component: lazyPage(() => import('./pages/docs/Docs'), 'Docs'),
});
const keys = createRoute({
  getParentRoute: () => dashboard,
  path: '/keys',
  component: lazyPage(() => import('./pages/developers/Keys'), 'Keys'),
});
const requests = createRoute({
  getParentRoute: () => dashboard,
  path: '/requests',
  validateSearch: textSearch,
  component: lazyPage(() => import('./pages/developers/Requests'), 'Requests'),
});
const events = createRoute({
  getParentRoute: () => dashboard,
  path: '/events',
  validateSearch: textSearch,
  component: lazyPage(() => import('./pages/developers/Events'), 'Events'),
});
const jobs = createRoute({
  getParentRoute: () => dashboard,
  path: '/jobs',
  component: lazyPage(() => import('./pages/developers/Jobs'), 'Jobs'),
});
const testTools = createRoute({
  getParentRoute: () => dashboard,
  path: '/test-tools',
  component: lazyPage(() => import('./pages/developers/TestTools'), 'TestTools'),
});
const settings = createRoute({
  getParentRoute: () => dashboard,
  path: '/settings',
  component: lazyPage(() => import('./pages/settings/Business'), 'Business'),
});
const processors = createRoute({
  getParentRoute: () => dashboard,
  path: '/processors',
  component: lazyPage(() => import('./pages/settings/processors/Processors'), 'Processors'),
});
const trial = createRoute({
  getParentRoute: () => dashboard,
  path: '/processors/$accountId/try',
  component: lazyPage(() => import('./pages/settings/processors/TryIt'), 'TryIt'),
});
const routing = createRoute({
  getParentRoute: () => dashboard,
  path: '/routing',
  component: lazyPage(() => import('./pages/settings/routing/Routing'), 'Routing'),
});
const live = createRoute({
  getParentRoute: () => dashboard,
  path: '/live',
  component: lazyPage(() => import('./pages/live/GoLive'), 'GoLive'),
});
const review = createRoute({
  getParentRoute: () => dashboard,
  path: '/review',
  component: lazyPage(() => import('./pages/review/Review'), 'Review'),
});
const team = createRoute({
  getParentRoute: () => dashboard,
  path: '/team',
  component: lazyPage(() => import('./pages/settings/Team'), 'Team'),
});
const audit = createRoute({
  getParentRoute: () => dashboard,
  path: '/audit',
  validateSearch: textSearch,
  component: lazyPage(() => import('./pages/settings/Audit'), 'Audit'),
});
const security = createRoute({
  getParentRoute: () => dashboard,
  path: '/security',
  component: lazyPage(() => import('./pages/settings/Security'), 'Security'),
});

const routeTree = root.addChildren([
  login,
  invite,
  start,
  dashboard.addChildren([
    home,
    transactions,
    transaction,
    orders,
    order,
    refunds,
    disputes,
    unexpected,
    webhooks,
    docs,
    keys,
    requests,
    events,
    jobs,
    testTools,
    settings,
    processors,
    trial,
    routing,
    live,
    review,
    team,
    audit,
    security,
  ]),
]);

export function buildRouter(queries: QueryClient) {
  return createRouter({
    routeTree,
    context: { queries },
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    defaultErrorComponent: ({ error, reset }) => <Failure error={error} retry={reset} />,
    defaultPendingComponent: PageSkeleton,
    defaultNotFoundComponent: () => <Failure error={new Error('There is no such page.')} home />,
    // Plain text in the URL: `?status=failed`, not JSON.
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: (search) => {
      const pairs = Object.entries(search).filter(([, value]) => value !== undefined && value !== '');
      const text = new URLSearchParams(pairs.map(([name, value]) => [name, String(value)])).toString();
      return text ? `?${text}` : '';
    },
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof buildRouter>;
  }
}
