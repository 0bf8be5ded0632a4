/** An installation's configuration makes an engine of it. */
import { pino } from 'pino';
import { eksEngine } from '../../bin/eks-engine';
import { loadConfig } from '../../conf/load';

test('the least that a container gets is told', () => {
  const environment = {
    ...{ ENGINES: 'eks', EKS_CLUSTERS: 'main', EKS_KUBECONFIG_BASEPATH: '/nowhere' },
    ...{ EKS_RESOURCES_MIN_CPU: '300', EKS_RESOURCES_MIN_MEMORY: '700' },
  };
  const { minimum } = eksEngine(loadConfig(environment, null).config, pino({ level: 'silent' }));
  expect(minimum).toEqual({ cpu: 300, memoryMb: 700 });
});
