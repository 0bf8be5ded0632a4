/** A definition as the API answers it, for tests of what forms make of one. */
import type { Schemas } from '../../client/index';

export const mask = '********';
export const storedDefinition: Schemas['Definition'] = {
  definition_id: 'g-1',
  arn: '',
  container_name: 'g-1',
  revision: 3,
  group_name: 'g',
  alias: 'job',
  command: 'true',
  image: 'a:1',
  memory: 64,
  env: [
    { name: 'A', value: '1' },
    { name: 'DB_PASSWORD', value: mask },
  ],
  tags: ['t'],
  ports: [],
  privileged: false,
  adaptive_resource_allocation: true,
  retry_on_interruption: false,
  retry_on_oom: false,
};
