package io.gateau.model.torch;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes the ZIP layout that libtorch loads as a TorchScript module: the module's source and its
 * plain attributes, no tensors. The layout is PyTorch's own (docs/source/jit_language_reference,
 * serialization.md in its repository).
 */
final class TorchArchive {
  private TorchArchive() {}

  static byte[] bytes(String className, String source, Map<String, Object> attributes) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      store(zip, "program/data.pkl", module(className, attributes));
      store(zip, "program/code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
      store(zip, "program/constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
      store(zip, "program/version", new byte[] {'1', '0', '\n'});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** The pickled module: an object of the class whose state is a dictionary of attributes. */
  private static byte[] module(String className, Map<String, Object> attributes)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(new byte[] {(byte) 0x80, 2});
    out.writeBytes("c__torch__\n" + className + "\n");
    out.writeByte(')');
    out.writeByte(0x81);
    out.writeBytes("}(");
    Map<String, Object> state = new TreeMap<>(attributes);
    state.put("training", false);
    for (Map.Entry<String, Object> entry : state.entrySet()) {
      byte[] name = entry.getKey().getBytes(StandardCharsets.UTF_8);
      out.writeByte('X');
      out.writeInt(Integer.reverseBytes(name.length));
      out.write(name);
      value(out, entry.getValue());
    }
    out.writeBytes("ub.");
    return bytes.toByteArray();
  }

  private static void value(DataOutputStream out, Object value) throws IOException {
    if (value instanceof Boolean flag) {
      out.writeByte(flag ? 0x88 : 0x89);
    } else if (value instanceof Integer number) {
      out.writeByte('J');
      out.writeInt(Integer.reverseBytes(number));
    } else if (value instanceof Double number) {
      out.writeByte('G');
      out.writeDouble(number);
    } else {
      throw new IllegalArgumentException("no module attribute of type " + value.getClass());
    }
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
