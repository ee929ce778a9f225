// What the test hands over, and how a script answers it.
export const given = JSON.parse(process.argv[2]);

export function answer(value) {
  console.log(JSON.stringify(value));
}

/** The newest code that was sent to an address, from the development inbox. */
export async function code(address) {
  const query = new URLSearchParams({ address, pool: given.pool });
  const inbox = await (await fetch(`${given.url}/poolhouse/v1/inbox?${query}`)).json();
  return inbox.messages[0].code;
}

/** The exception that an action ends in. */
export async function refusal(action) {
  try {
    await action();
  } catch (error) {
    return { kind: error.constructor.name, name: error.name, code: error.code, error: error.error, message: error.message };
  }
  throw new Error("nothing was refused");
}
