// The one script of the pages: hands options to the browser's passkey dialog and sends back what it
// says. Without it, or without passkeys, the buttons stay hidden and every other way works.
for (const form of document.querySelectorAll("form[data-passkey]")) {
  const create = form.dataset.passkey === "create";
  const parse = create ? "parseCreationOptionsFromJSON" : "parseRequestOptionsFromJSON";
  if (!globalThis.PublicKeyCredential?.[parse]) continue;
  form.hidden = false;
  for (const each of document.querySelectorAll("[data-without-passkeys]")) each.hidden = true;
  form.addEventListener("submit", async (event) => {
    if (event.submitter?.name === "later" || form.elements.credential.value) return;
    event.preventDefault();
    const refusal = form.querySelector("[data-refusal]");
    refusal.hidden = true;
    try {
      const publicKey = PublicKeyCredential[parse](JSON.parse(form.dataset.options));
      const credential = await navigator.credentials[create ? "create" : "get"]({ publicKey });
      form.elements.credential.value = JSON.stringify(credential.toJSON());
      form.requestSubmit(event.submitter);
    } catch {
      refusal.hidden = false;
    }
  });
}
