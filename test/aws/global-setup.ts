/**
 * Once per test run: the Docker engine that the tests of engine `ecs` share with those of `local`, Temporal's program, and the
 * Python environment of the test AWS. Each test file starts an AWS of its own, so that its trouble is nobody else's.
 */
import setUpDocker from '../global-setup';
import { serviceModels } from './moto';

export default async function setup(): Promise<void> {
  await setUpDocker();
  await serviceModels();
}
