import type { components } from '../../api/schema';

export type Endpoint = components['schemas']['EndpointAnswer'];
