/** Pages are in English: so are their numbers and dates, whatever the browser prefers. Days before months, hours to 24. */
export const locale = 'en-GB';
