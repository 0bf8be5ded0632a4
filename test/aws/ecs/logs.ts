/** The log driver awslogs: a container's lines, gathered and put into CloudWatch Logs. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Upstream } from '../upstream';
import type { Config } from './config';
import { StartFailure } from './runner';
import type { Task } from './state';
import { shortName, type ContainerDefinition } from './wire';

/** Events of one PutLogEvents. */
const maxEvents = 5000;

export type LogSink = {
  tell: (line: string) => void;
  /** Returns once all that was told is there. */
  close: () => Promise<void>;
};

export type TaskLogs = {
  /** Throws StartFailure where the container cannot log. */
  open: (task: Task, container: ContainerDefinition) => Promise<LogSink>;
};

type Stream = { logGroupName: string; logStreamName: string };

export function createTaskLogs(of: {
  upstream: Upstream;
  config: Config;
  report: (trouble: string) => void;
}): TaskLogs {
  const { upstream } = of;

  function sinkOf(stream: Stream): LogSink {
    const lines: { timestamp: number; message: string }[] = [];
    let flushing: Promise<void> | null = null;
    async function flush(): Promise<void> {
      await sleep(of.config.logFlushMs + of.config.logLagMs, undefined, { ref: false });
      try {
        while (lines.length > 0) {
          await upstream.call('logs', 'PutLogEvents', { ...stream, logEvents: lines.splice(0, maxEvents) });
        }
      } catch (error) {
        of.report(`log lines are lost: ${String(error)}`);
      } finally {
        flushing = null;
      }
    }
    return {
      tell(message) {
        lines.push({ timestamp: Date.now(), message });
        flushing ??= flush();
      },
      async close() {
        await flushing;
      },
    };
  }

  return {
    async open(task, container) {
      if (container.logConfiguration?.logDriver !== 'awslogs') {
        return { tell: () => undefined, close: () => Promise.resolve() };
      }
      const options = container.logConfiguration.options ?? {};
      const prefix = options['awslogs-stream-prefix'];
      const stream = {
        logGroupName: options['awslogs-group'] ?? '',
        logStreamName: [...(prefix === undefined ? [] : [prefix]), container.name, shortName(task.wire.taskArn)].join(
          '/',
        ),
      };
      if (options['awslogs-create-group'] === 'true') {
        // It may be there.
        await upstream.call('logs', 'CreateLogGroup', { logGroupName: stream.logGroupName }).catch(() => undefined);
      }
      try {
        await upstream.call('logs', 'CreateLogStream', stream);
      } catch (error) {
        throw new StartFailure(noStream(task.isFargate, error));
      }
      return sinkOf(stream);
    },
  };
}

function noStream(isFargate: boolean, error: unknown): string {
  const prefix = isFargate
    ? 'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: '
    : 'CannotStartContainerError: Error response from daemon: failed to initialize logging driver: ';
  const message = error instanceof Error ? error.message : String(error);
  return `${prefix}failed to create Cloudwatch log stream: ResourceNotFoundException: ${message}`;
}
