// Posts new leads, users and conversations of an Intercom workspace in Discord channels: asks every few seconds, posts
// one card an event, and keeps in a file how far it is. discord.js sees to Discord's rate limits. With WEBHOOK_PORT it
// also posts what Intercom tells by webhook.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, EmbedBuilder, Events, GatewayIntentBits } from 'discord.js';

const env = process.env;
const intercomUrl = env.INTERCOM_API_URL ?? 'https://api.intercom.io';
const interval = Number(env.POLL_SECONDS ?? 120) * 1000;
const stateFile = env.STATE_FILE ?? 'state.json';
const channels = {
  lead: env.LEADS_CHANNEL_ID,
  user: env.USERS_CHANNEL_ID,
  conversation: env.CONVERSATIONS_CHANNEL_ID,
};
const DAY = 86_400;

const client = new Client({
  intents: [GatewayIntentBits.Guilds],
  rest: { api: env.DISCORD_API_URL ?? 'https://discord.com/api' },
});

// Per stream: the time of the newest event that was posted, and the ids that were posted of that second.
const state = load();

function load() {
  try {
    return JSON.parse(readFileSync(stateFile, 'utf8'));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    const since = Math.floor(Date.now() / 1000);
    return { contacts: { since, posted: [] }, conversations: { since, posted: [] } };
  }
}

// Renaming replaces the old file in one step: a kill while it is written does not leave half of it.
function save() {
  writeFileSync(`${stateFile}.new`, JSON.stringify(state));
  renameSync(`${stateFile}.new`, stateFile);
}

async function intercom(path, body) {
  const response = await fetch(`${intercomUrl}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: {
      authorization: `Bearer ${env.INTERCOM_ACCESS_TOKEN}`,
      'content-type': 'application/json',
      'intercom-version': '2.16',
    },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  if (!response.ok) throw new Error(`Intercom answered ${response.status} to ${path}`);
  return response.json();
}

// Intercom compares the dates of contacts by day, so two days more are asked for; newest first, down to what is known.
async function findNew(stream) {
  const { since, posted } = state[stream];
  const found = [];
  for (let after; ; ) {
    const page = await intercom(`/${stream}/search`, {
      query: { field: 'created_at', operator: '>', value: since - 2 * DAY },
      sort: { field: 'created_at', order: 'descending' },
      pagination: { per_page: 150, starting_after: after },
    });
    const records = page.data ?? page.conversations;
    found.push(...records.filter(({ id, created_at }) => created_at >= since && !posted.includes(id)));
    after = page.pages?.next?.starting_after;
    if (!after || records.at(-1).created_at < since) return found.reverse();
  }
}

function contactCard(contact) {
  return new EmbedBuilder()
    .setColor(contact.role === 'lead' ? 0xf5a623 : 0x2e86de)
    .setTitle(`New ${contact.role}: ${contact.name || contact.email || 'no name'}`.slice(0, 256))
    .setURL(`https://app.intercom.com/a/apps/${appId}/users/${contact.id}`)
    .addFields(
      { name: 'E-mail', value: contact.email || '–', inline: true },
      { name: 'Phone', value: contact.phone || '–', inline: true },
      { name: 'City', value: contact.location?.city || '–', inline: true },
    )
    .setTimestamp(contact.created_at * 1000);
}

function conversationCard({ id, title, source, created_at }) {
  const text = (source?.body ?? '').replace(/<[^>]*>/g, ' ').trim();
  return new EmbedBuilder()
    .setColor(0x27ae60)
    .setTitle(`New conversation: ${title || source?.author?.name || 'no name'}`.slice(0, 256))
    .setURL(`https://app.intercom.com/a/apps/${appId}/conversations/${id}`)
    .setDescription(text.slice(0, 1000) || '–')
    .setTimestamp(created_at * 1000);
}

// What is being posted, by a poll or by a webhook, is not posted by the other.
const posting = new Set();

async function post(stream, record) {
  if (posting.has(record.id) || state[stream].posted.includes(record.id)) return;
  posting.add(record.id);
  try {
    const card = stream === 'contacts' ? contactCard(record) : conversationCard(record);
    const channel = await client.channels.fetch(channels[record.role ?? 'conversation']);
    await channel.send({ embeds: [card], allowedMentions: { parse: [] } });
    const known = state[stream];
    if (record.created_at > known.since) Object.assign(known, { since: record.created_at, posted: [] });
    known.posted.push(record.id);
    save();
  } finally {
    posting.delete(record.id);
  }
}

async function poll(stream) {
  for (const record of await findNew(stream)) await post(stream, record);
}

const TOPICS = {
  'contact.lead.created': 'contacts',
  'contact.user.created': 'contacts',
  'conversation.user.created': 'conversations',
};

function listen(port, secret) {
  createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const right = Buffer.from(`sha1=${createHmac('sha1', secret).update(body).digest('hex')}`);
    const given = Buffer.from(request.headers['x-hub-signature'] ?? '');
    const isSigned = given.length === right.length && timingSafeEqual(given, right);
    response.writeHead(isSigned ? 200 : 401).end();
    if (!isSigned) return;
    const { topic, data } = JSON.parse(body);
    const stream = TOPICS[topic];
    if (stream) post(stream, data.item).catch((error) => console.error(`${topic}:`, error));
  }).listen(port, '127.0.0.1');
}

async function watch(stream) {
  for (;;) {
    await poll(stream).catch((error) => console.error(`${stream}:`, error));
    await sleep(interval);
  }
}

let appId;
client.once(Events.ClientReady, async () => {
  appId = (await intercom('/me')).app.id_code;
  save();
  if (env.WEBHOOK_PORT) listen(Number(env.WEBHOOK_PORT), env.INTERCOM_CLIENT_SECRET);
  watch('contacts');
  watch('conversations');
});
client.login(env.DISCORD_TOKEN);
