/**
 * JSON Lines and JSON arrays: their bytes are cut into records as they are read, on the executors.
 * It may import {@code read.file} and {@code read.record}. Start with {@link
 * io.gateau.pipeline.read.json.JsonRecords}, which reads files in tasks; {@link
 * io.gateau.pipeline.read.json.FileTexts} reads single records.
 */
package io.gateau.pipeline.read.json;
