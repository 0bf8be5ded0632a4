/** The validator that schema forms ask: the usual one makes functions out of texts, which the page's policy forbids. */
import { Validator, type Schema } from '@cfworker/json-schema';
import { toErrorSchema, type RJSFSchema, type RJSFValidationError, type ValidatorType } from '@rjsf/utils';
import { rulesOf } from '../form/rules';

function faultsOf(schema: RJSFSchema, data: unknown): RJSFValidationError[] {
  return rulesOf(schema as Schema)(data).map(({ field, message }) => ({
    // What is required and missing is told at its own property: the rules name it so.
    property: field === '' ? '' : `.${field}`,
    message,
    stack: `${field} ${message}`,
  }));
}

const validator: ValidatorType = {
  validateFormData(data: unknown, schema) {
    const errors = faultsOf(schema, data);
    return { errors, errorSchema: toErrorSchema(errors) };
  },
  /** Asked for the branches of a schema: whose references are the whole schema's. */
  isValid(schema, data: unknown, root) {
    try {
      const whole = { $defs: root.$defs, definitions: root.definitions, ...schema } as Schema;
      return new Validator(whole, '2020-12', true).validate(data).valid;
    } catch {
      return false;
    }
  },
  rawValidation: (schema, data) => ({ errors: faultsOf(schema, data) as never[] }),
};

// By this name, as the usual one is imported: it is in that one's place (vite.config.mts).
export default validator;
