/** How a cluster is reached: its kubeconfig or its name at AWS, and the clients made from that. */
import { Agent } from 'node:https';
import {
  BatchV1Api,
  CoreV1Api,
  createConfiguration,
  CustomObjectsApi,
  KubeConfig,
  ServerConfiguration,
  Watch,
} from '@kubernetes/client-node';
import { describeCluster, forgetToken, tokenFor } from './aws';

/** `kubeconfig`: its text. `aws`: a cluster of EKS; who we are comes from the AWS SDK's usual places. */
export type ClusterAccess =
  { kind: 'kubeconfig'; text: string } | { kind: 'file'; path: string } | { kind: 'aws'; name: string; region: string };

export type Connection = {
  batch: BatchV1Api;
  core: CoreV1Api;
  custom: CustomObjectsApi;
  watch: Watch;
  /** Bare requests: logs as a stream, and what no typed client offers. */
  config: KubeConfig;
};

/** A request that has no answer by then has failed: the API server hangs or is cut off. */
const requestMs = 8000;
const awsUser = 'aws';
const unauthorized = 401;

/** `refused`: the cluster does not know us (any more): who we are should be read anew. Throws where the access is wrong or, for a cluster at AWS, cannot be asked for now. Makes no request to the cluster itself. */
export async function connect(access: ClusterAccess, refused: () => void): Promise<Connection> {
  const config = await kubeConfig(access);
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Error('the kubeconfig names no current cluster');
  let kept: Agent | null = null;
  const configuration = createConfiguration({
    baseServer: new ServerConfiguration(cluster.server, {}),
    authMethods: { default: config },
    promiseMiddleware: [
      {
        pre: (request) => {
          request.setSignal(AbortSignal.timeout(requestMs));
          const agent = request.getAgent();
          // The client makes one for each request: a handshake each time.
          if (agent instanceof Agent) request.setAgent((kept = keepAlive(agent, kept)));
          return Promise.resolve(request);
        },
        post: (response) => {
          if (response.httpStatusCode === unauthorized) {
            if (access.kind === 'aws') forgetToken(access.name, access.region);
            refused();
          }
          return Promise.resolve(response);
        },
      },
    ],
  });
  return {
    batch: new BatchV1Api(configuration),
    core: new CoreV1Api(configuration),
    custom: new CustomObjectsApi(configuration),
    watch: new Watch(config),
    config,
  };
}

/** The one that is kept, unless certificates have changed since. */
function keepAlive(made: Agent, kept: Agent | null): Agent {
  const isSame = kept !== null && String(kept.options.cert) === String(made.options.cert);
  return isSame ? kept : new Agent({ ...made.options, keepAlive: true });
}

async function kubeConfig(access: ClusterAccess): Promise<KubeConfig> {
  try {
    return await load(access);
  } catch (error) {
    // The parser's words repeat what stands there, and that may be a secret.
    if (access.kind !== 'aws')
      throw new Error(`the kubeconfig${access.kind === 'file' ? ` ${access.path}` : ''} cannot be read`);
    throw error;
  }
}

async function load(access: ClusterAccess): Promise<KubeConfig> {
  const config = new KubeConfig();
  switch (access.kind) {
    case 'kubeconfig':
      config.loadFromString(access.text);
      return config;
    case 'file':
      config.loadFromFile(access.path);
      return config;
    case 'aws': {
      const { endpoint, certificateAuthority } = await describeCluster(access.name, access.region);
      config.loadFromClusterAndUser(
        { name: access.name, server: endpoint, caData: certificateAuthority, skipTLSVerify: false },
        { name: awsUser },
      );
      config.addAuthenticator({
        isAuthProvider: (user) => user.name === awsUser,
        applyAuthentication: async (_user, options) => {
          const request = options as { headers?: Record<string, unknown> };
          request.headers = {
            ...request.headers,
            Authorization: `Bearer ${await tokenFor(access.name, access.region)}`,
          };
        },
      });
      return config;
    }
  }
}
