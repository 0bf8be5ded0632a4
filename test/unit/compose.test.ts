/**
 * docker-compose.yml, checked against the Compose specification.
 * compose-spec.json is schema/compose-spec.json of github.com/compose-spec/compose-go v2.4.9, formatted:
 * Copyright 2020 The Compose Specification Authors, licensed under the Apache License, Version 2.0.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { parse } from 'yaml';

type Compose = { services: Record<string, Record<string, unknown>> };

const schema = JSON.parse(readFileSync(join(__dirname, 'compose-spec.json'), 'utf8')) as Record<string, unknown>;
// The schema names draft 07 by an address that Ajv does not know it by.
const draft07 = 'http://json-schema.org/draft-07/schema';
const check = new Ajv({ strict: false, validateFormats: false }).compile({ ...schema, $schema: draft07 });

function compose(): Compose {
  return parse(readFileSync(join(__dirname, '../../docker-compose.yml'), 'utf8'), { merge: true }) as Compose;
}

describe('docker-compose.yml', () => {
  test('fits the Compose specification', () => {
    check(compose());
    expect(check.errors).toBeNull();
  });

  test('with a wrong type in it does not fit', () => {
    const broken = compose();
    broken.services = { ...broken.services, api: { ...broken.services['api'], ports: 5 } };
    expect(check(broken)).toBe(false);
    expect(check.errors?.map(({ instancePath }) => instancePath)).toContain('/services/api/ports');
  });
});
