import { listen } from "../common/serve.mjs";
import { mysqlBook } from "./book.mjs";
import { guestbookServer } from "./server.mjs";

const { MYSQL_HOST = "mysql", MYSQL_PORT = "3306", MYSQL_USER = "guestbook", MYSQL_PASSWORD = "", MYSQL_DATABASE = "guestbook", VERSION = "v1" } = process.env;
const book = mysqlBook({ host: MYSQL_HOST, port: Number(MYSQL_PORT), user: MYSQL_USER, password: MYSQL_PASSWORD, database: MYSQL_DATABASE });
listen(guestbookServer({ book, version: VERSION }), () => book.close());
