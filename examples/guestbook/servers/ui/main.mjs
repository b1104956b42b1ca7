import { listen } from "../common/serve.mjs";
import { uiServer } from "./server.mjs";
import { redisSessions } from "./sessions.mjs";

const { REDIS_URL = "redis://redis:6379", MESSAGE_URL = "http://message", GUESTBOOK_URL = "http://guestbook", VERSION = "v1" } = process.env;
const sessions = redisSessions(REDIS_URL);
listen(uiServer({ sessions, messageUrl: MESSAGE_URL, guestbookUrl: GUESTBOOK_URL, version: VERSION }), () => sessions.close());
