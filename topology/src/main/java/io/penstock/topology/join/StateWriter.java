package io.penstock.topology.join;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes stored lives: big-endian numbers, integers in zigzag varints, texts in UTF-8 after their length. */
final class StateWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(512);

    void writeByte(int value) {
        out.write(value);
    }

    void writeBoolean(boolean value) {
        out.write(value ? 1 : 0);
    }

    /** Its place among the values, which must therefore only be appended to. */
    <E extends Enum<E>> void writeEnum(E[] values, E value) {
        out.write(List.of(values).indexOf(value));
    }

    void writeVar(long value) {
        long rest = (value << 1) ^ (value >> 63);
        while ((rest & ~0x7FL) != 0) {
            out.write((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    void writeLong(long value) {
        out.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
    }

    void writeDouble(double value) {
        writeLong(Double.doubleToRawLongBits(value));
    }

    void writeFloat(float value) {
        out.writeBytes(ByteBuffer.allocate(Float.BYTES).putFloat(value).array());
    }

    void writeBytes(byte[] bytes) {
        writeVar(bytes.length);
        out.writeBytes(bytes);
    }

    void writeBytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        writeBytes(bytes);
    }

    void writeText(String text) {
        writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    void writeOptionalText(@Nullable String text) {
        writeOptional(text, this::writeText);
    }

    void writeTexts(Map<String, String> texts) {
        writeVar(texts.size());
        texts.forEach((key, value) -> {
            writeText(key);
            writeText(value);
        });
    }

    <T> void writeOptional(@Nullable T value, Consumer<T> writer) {
        writeBoolean(value != null);
        if (value != null) {
            writer.accept(value);
        }
    }

    <T> void writeList(List<T> values, Consumer<T> writer) {
        writeVar(values.size());
        values.forEach(writer);
    }

    byte[] toBytes() {
        return out.toByteArray();
    }
}
