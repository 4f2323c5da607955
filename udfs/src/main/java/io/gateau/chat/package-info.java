/**
 * Chats to samples: the turns of a chat, and how they become context, instruction and response. The
 * reader of files and the SQL function share these rules. It imports the JDK and Jackson only.
 * Start with {@link io.gateau.chat.ChatReader}, then {@code ChatSplit}.
 */
package io.gateau.chat;
