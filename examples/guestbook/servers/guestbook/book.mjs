import { createPool } from "mysql2/promise";

const table = "CREATE TABLE IF NOT EXISTS entries (id BIGINT AUTO_INCREMENT PRIMARY KEY, author VARCHAR(100) NOT NULL, text VARCHAR(1000) NOT NULL, at VARCHAR(24) NOT NULL) CHARACTER SET utf8mb4";

/**
 * A book in MySQL. Its table is made when it is first asked for, so that the database may come after the server.
 *
 * @param {{ host: string, port: number, user: string, password: string, database: string }} connection
 * @returns {import("./server.mjs").Book & { close(): Promise<void> }}
 */
export function mysqlBook(connection) {
  // The mesh encrypts the connection and knows both ends of it; TLS of its own would hide from the mesh what it carries.
  const pool = createPool({ ...connection, connectionLimit: 10, connectTimeout: 5000, enableKeepAlive: true });
  let isMade = false;
  const ready = async () => {
    if (!isMade) await pool.query(table);
    isMade = true;
    return pool;
  };
  return {
    ping: async () => (await ready()).query("SELECT 1"),
    async list(limit) {
      const [rows] = await (await ready()).query("SELECT author, text, at FROM entries ORDER BY id DESC LIMIT ?", [limit]);
      return /** @type {import("./server.mjs").Entry[]} */ (rows);
    },
    add: async ({ author, text, at }) => (await ready()).query("INSERT INTO entries (author, text, at) VALUES (?, ?, ?)", [author, text, at]),
    close: () => pool.end(),
  };
}
