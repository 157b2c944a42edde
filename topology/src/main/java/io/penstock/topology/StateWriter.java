package io.penstock.topology;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes what stores hold: big-endian numbers, integers in zigzag varints, texts in UTF-8 after their length. */
public final class StateWriter {
    private static final int FIRST_CAPACITY = 512;

    private byte[] out = new byte[FIRST_CAPACITY];
    private int length;

    public void writeByte(int value) {
        room(1);
        out[length++] = (byte) value;
    }

    public void writeBoolean(boolean value) {
        writeByte(value ? 1 : 0);
    }

    /** Its place among the values, which must therefore only be appended to. */
    public <E extends Enum<E>> void writeEnum(E[] values, E value) {
        int place = 0;
        while (values[place] != value) {
            place++;
        }
        writeByte(place);
    }

    public void writeVar(long value) {
        long rest = (value << 1) ^ (value >> 63);
        while ((rest & ~0x7FL) != 0) {
            writeByte((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        writeByte((int) rest);
    }

    public void writeLong(long value) {
        room(Long.BYTES);
        ByteBuffer.wrap(out).putLong(length, value);
        length += Long.BYTES;
    }

    public void writeDouble(double value) {
        writeLong(Double.doubleToRawLongBits(value));
    }

    public void writeFloat(float value) {
        room(Float.BYTES);
        ByteBuffer.wrap(out).putFloat(length, value);
        length += Float.BYTES;
    }

    public void writeBytes(byte[] bytes) {
        writeBytes(ByteBuffer.wrap(bytes));
    }

    public void writeBytes(ByteBuffer buffer) {
        int size = buffer.remaining();
        writeVar(size);
        room(size);
        buffer.duplicate().get(out, length, size);
        length += size;
    }

    public void writeText(String text) {
        writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    public void writeOptionalText(@Nullable String text) {
        writeOptional(text, this::writeText);
    }

    public void writeTexts(Map<String, String> texts) {
        writeVar(texts.size());
        texts.forEach((key, value) -> {
            writeText(key);
            writeText(value);
        });
    }

    public <T> void writeOptional(@Nullable T value, Consumer<T> writer) {
        writeBoolean(value != null);
        if (value != null) {
            writer.accept(value);
        }
    }

    public <T> void writeList(List<T> values, Consumer<T> writer) {
        writeVar(values.size());
        values.forEach(writer);
    }

    public byte[] toBytes() {
        return Arrays.copyOf(out, length);
    }

    private void room(int more) {
        if (out.length - length < more) {
            out = Arrays.copyOf(out, Math.max(2 * out.length, length + more));
        }
    }
}
