/** What Flotilla keeps in S3: whole logs of ended attempts, and the manifests that runs were started with. */
import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { Readable } from 'node:stream';
import { stringify } from 'yaml';
import type { AttemptKey } from '../../domain/id';
import type { LogStore } from './log-store';

const connectWithinMs = 5000;
/** Of one request, such as a part of an upload. */
const answerWithinMs = 60_000;
/** Two parts are in memory at a time; 10,000 are the most that S3 takes: 80 GiB of log. */
const part = { partSize: 8 * 1024 * 1024, queueSize: 2 };
const manifestWithinMs = 10_000;

/** A folder of a bucket; `rootFolder` may be ''. */
export type S3Folder = { client: S3Client; bucket: string; rootFolder: string };

/** `region` null is the environment's. With AWS_ENDPOINT_URL another S3 than AWS's, which may have no name for each bucket. */
export function createS3Client(region: string | null): S3Client {
  const endpoint = process.env['AWS_ENDPOINT_URL_S3'] ?? process.env['AWS_ENDPOINT_URL'];
  return new S3Client({
    ...(region === null ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    requestHandler: {
      connectionTimeout: connectWithinMs,
      requestTimeout: answerWithinMs,
      socketTimeout: answerWithinMs,
      throwOnRequestTimeout: true,
    },
  });
}

/**
 * S3 shows an object once it is complete. A put that fails takes its parts away; those of a process that died stay, unseen
 * and paid for, until the bucket's lifecycle rule `AbortIncompleteMultipartUpload` removes them. Old logs, too, are the
 * bucket's rules' to remove.
 */
export function createS3Store({ client, bucket, rootFolder }: S3Folder): LogStore {
  const objectOf = (key: AttemptKey): { Bucket: string; Key: string } => ({
    Bucket: bucket,
    Key: objectKey(rootFolder, key.runId, `${key.attempt}.log`),
  });

  async function has(key: AttemptKey): Promise<boolean> {
    try {
      await client.send(new HeadObjectCommand(objectOf(key)));
      return true;
    } catch (error) {
      if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return false;
      throw error;
    }
  }

  async function put(key: AttemptKey, text: Readable): Promise<void> {
    const params = { ...objectOf(key), Body: text, ContentType: 'text/plain; charset=utf-8' };
    await new Upload({ client, params, ...part }).done();
  }

  return { has, put, read: (key, offset, maxBytes) => readObject(client, objectOf(key), offset, maxBytes) };
}

/** Bytes of an object from `offset`, fewer than `maxBytes` only at its end; null where there is no such object. */
export async function readObject(
  client: S3Client,
  object: { Bucket: string; Key: string },
  offset: number,
  maxBytes: number,
): Promise<Buffer | null> {
  try {
    const range = `bytes=${offset}-${offset + maxBytes - 1}`;
    const { Body } = await client.send(new GetObjectCommand({ ...object, Range: range }));
    return Body === undefined ? Buffer.alloc(0) : Buffer.from(await Body.transformToByteArray());
  } catch (error) {
    if (!(error instanceof S3ServiceException)) throw error;
    if (error.name === 'NoSuchKey') return null;
    // At its end, or empty.
    if (error.name === 'InvalidRange') return Buffer.alloc(0);
    throw error;
  }
}

/** Keeps what a run was started with, for people to read. Best effort: answers why it could not, or null. */
export async function uploadManifest(folder: S3Folder, runId: string, manifest: object): Promise<string | null> {
  try {
    const upload = new PutObjectCommand({
      Bucket: folder.bucket,
      Key: manifestKey(folder.rootFolder, runId),
      Body: stringify(manifest),
      ContentType: 'text/yaml',
    });
    await folder.client.send(upload, { abortSignal: AbortSignal.timeout(manifestWithinMs) });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export function manifestKey(rootFolder: string, runId: string): string {
  return objectKey(rootFolder, runId, `${runId}.yaml`);
}

/** The parts with a slash between them; slashes around the root folder, and an empty one, are of no account. */
export function objectKey(rootFolder: string, ...rest: string[]): string {
  const root = rootFolder.replace(/^\/+|\/+$/g, '');
  return [...(root === '' ? [] : [root]), ...rest].join('/');
}
