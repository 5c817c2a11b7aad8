// <form data-passkey="create|get"> with a hidden field "credential" and <button type="button" data-passkey-start hidden>.
// Options come from the element whose id is in data-options, or are fetched from the address in data-options-from.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
const decoded = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

async function optionsOf(form) {
  if (form.dataset.options) return JSON.parse(document.getElementById(form.dataset.options).textContent);
  const answer = await fetch(form.dataset.optionsFrom, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`got status ${answer.status}, expected the options of a passkey`);
  return answer.json();
}

async function create(form) {
  const { publicKey } = (await optionsOf(form)).creation_options;
  const alone = form.querySelector("input[type=checkbox][name=passwordless]")?.checked ?? false;
  const selection = { ...publicKey.authenticatorSelection, residentKey: alone ? "required" : "discouraged", requireResidentKey: alone };
  if (alone) selection.userVerification = "required";
  const made = await navigator.credentials.create({ publicKey: {
    ...publicKey, authenticatorSelection: selection, challenge: bytes(publicKey.challenge),
    user: { ...publicKey.user, id: bytes(publicKey.user.id) }, excludeCredentials: decoded(publicKey.excludeCredentials),
  } });
  return answerOf(made, {
    clientDataJSON: text(made.response.clientDataJSON), attestationObject: text(made.response.attestationObject),
    transports: made.response.getTransports?.() ?? [],
  });
}

async function get(form) {
  const { publicKey } = (await optionsOf(form)).request_options;
  const given = await navigator.credentials.get({ publicKey: {
    ...publicKey, challenge: bytes(publicKey.challenge), allowCredentials: decoded(publicKey.allowCredentials),
  } });
  const { clientDataJSON, authenticatorData, signature, userHandle } = given.response;
  return answerOf(given, {
    clientDataJSON: text(clientDataJSON), authenticatorData: text(authenticatorData), signature: text(signature),
    userHandle: userHandle ? text(userHandle) : null,
  });
}

function answerOf(credential, response) {
  return {
    id: credential.id, rawId: text(credential.rawId), type: credential.type, response,
    authenticatorAttachment: credential.authenticatorAttachment, clientExtensionResults: credential.getClientExtensionResults(),
  };
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  const start = document.querySelector(`[data-passkey-start][form="${form.id}"]`) ?? form.querySelector("[data-passkey-start]");
  const problem = document.getElementById(form.dataset.problem);
  start.hidden = false;
  start.addEventListener("click", async () => {
    problem.hidden = true;
    try {
      const credential = await (form.dataset.passkey === "create" ? create(form) : get(form));
      form.querySelector("input[name=credential]").value = JSON.stringify(credential);
      form.submit();
    } catch {
      problem.hidden = false;
      start.focus();
    }
  });
}
