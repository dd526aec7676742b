// @ts-check
/** A Run form under every operation of the reference: parameters, body, and what the API answered. */

/** @typedef {{name: string, in: string, required?: boolean, example?: unknown}} Parameter */
/** @typedef {{example?: unknown, examples?: Record<string, {value: unknown}>}} Media */
/** @typedef {{operationId: string, parameters?: Parameter[], requestBody?: {content: Record<string, Media>}}} Operation */

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} name
 * @param {Partial<HTMLElementTagNameMap[T]>} properties
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[T]}
 */
function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** @param {string} name */
function credential(name) {
  const form = /** @type {HTMLFormElement} */ (document.getElementById('keys'));
  return String(new FormData(form).get(name) ?? '').trim();
}

/** @param {Operation} operation */
function exampleBody(operation) {
  const media = operation.requestBody?.content['application/json'];
  if (!media) return undefined;
  const value = media.example ?? Object.values(media.examples ?? {})[0]?.value ?? {};
  return JSON.stringify(value, null, 2);
}

/**
 * @param {HTMLElement} article
 * @param {Operation} operation
 * @param {FormData} given
 * @returns {Request}
 */
function buildRequest(article, operation, given) {
  let path = article.dataset.path ?? '/';
  const query = new URLSearchParams();
  const headers = new Headers();
  for (const parameter of operation.parameters ?? []) {
    const value = String(given.get(`${parameter.in}:${parameter.name}`) ?? '');
    if (parameter.in === 'path') path = path.replace(`{${parameter.name}}`, encodeURIComponent(value));
    else if (value !== '' && parameter.in === 'query') query.set(parameter.name, value);
    else if (value !== '') headers.set(parameter.name, value);
  }
  if (article.dataset.public === undefined) {
    headers.set('X-Api-Key', credential('key'));
    headers.set('X-Api-Secret', credential('secret'));
  }
  const body = given.get('body');
  if (body) headers.set('Content-Type', 'application/json');
  const url = query.size > 0 ? `${path}?${query}` : path;
  return new Request(url, {
    method: article.dataset.method,
    headers,
    body: body ? String(body) : undefined,
    credentials: 'omit',
  });
}

/** @param {Response} answer */
async function describe(answer) {
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('json');
  const shown = isJson && text ? JSON.stringify(JSON.parse(text), null, 2) : text;
  return `${answer.status} · ${answer.headers.get('x-request-id') ?? ''}\n${shown}`;
}

/**
 * @param {HTMLElement} article
 * @param {Operation} operation
 */
function addForm(article, operation) {
  const fields = element('fieldset');
  for (const parameter of operation.parameters ?? []) {
    const input = element('input', {
      name: `${parameter.in}:${parameter.name}`,
      required: parameter.in === 'path',
      placeholder: String(parameter.example ?? ''),
    });
    fields.append(element('label', {}, parameter.name, input));
  }
  const output = element('pre', { hidden: true, tabIndex: 0, ariaLive: 'polite' });
  const form = element('form', { className: 'run' }, fields);
  const body = exampleBody(operation);
  if (body !== undefined)
    form.append(element('label', {}, 'Body', element('textarea', { name: 'body', value: body })));
  form.append(element('button', { type: 'submit' }, 'Run'), output);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    output.hidden = false;
    output.textContent = '…';
    try {
      output.textContent = await describe(await fetch(buildRequest(article, operation, new FormData(form))));
    } catch (error) {
      output.textContent = String(error);
    }
  });
  article.append(form);
}

const answer = await fetch('/openapi.json');
/** @type {{paths: Record<string, Record<string, Operation>>}} */
const described = await answer.json();
const keys = document.getElementById('keys');
if (keys) {
  keys.hidden = false;
  keys.addEventListener('submit', (event) => event.preventDefault());
}
for (const operation of Object.values(described.paths).flatMap((methods) => Object.values(methods))) {
  const article = document.getElementById(operation.operationId);
  if (article) addForm(article, operation);
}
