/**
 * One record: from its JSON text to context, instruction and response, or to a reason for its
 * rejection. It may import {@code io.gateau.chat} and {@code read.file}. Start with {@link
 * io.gateau.pipeline.read.record.RecordParser} and {@link
 * io.gateau.pipeline.read.record.RecordColumns}.
 */
package io.gateau.pipeline.read.record;
