/** How a task must not be started: the judge of the others is seen to catch it. */
import { RunTaskCommand, type ECSClient } from '@aws-sdk/client-ecs';
import { cluster } from './bed';

const tries = 100;

/** Asks until it is answered, as one who has no token that outlives a request. */
export async function startNaively(ecs: ECSClient, taskDefinition: string, startedBy: string): Promise<void> {
  for (let n = 0; n < tries; n += 1) {
    // Each command has a token that the SDK makes up for it.
    const asked = new RunTaskCommand({ cluster, taskDefinition, startedBy });
    const answer = await ecs.send(asked).catch(() => null);
    if (answer?.tasks?.length === 1) return;
  }
  throw new Error(`${startedBy} was not started in ${tries} tries`);
}
