package io.penstock.feature;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the transformer tier shall run.
 *
 * @param kind what was asked for
 * @param index of the CUDA device; 0 for the other kinds
 */
public record Device(Kind kind, int index) {
    /** CUDA if the CUDA build of ONNX Runtime finds a device, else the CPU; the log says which and why. */
    public static final Device AUTO = new Device(Kind.AUTO, 0);

    public static final Device CPU = new Device(Kind.CPU, 0);

    private static final Pattern CUDA = Pattern.compile("cuda:(0|[1-9][0-9]{0,2})");

    /** The closed choice of devices. */
    public enum Kind {
        AUTO,
        CPU,
        CUDA
    }

    public Device {
        if (index < 0 || (kind != Kind.CUDA && index != 0)) {
            throw new IllegalArgumentException(
                    "device index is " + index + ", must be " + (kind == Kind.CUDA ? "0 or more" : "0 for " + kind));
        }
    }

    public static Device cuda(int index) {
        return new Device(Kind.CUDA, index);
    }

    /**
     * Reads {@code auto}, {@code cpu} or {@code cuda:N}.
     *
     * @throws IllegalArgumentException naming the value and what would be right
     */
    public static Device parse(String text) {
        if (text.equals("auto")) {
            return AUTO;
        }
        if (text.equals("cpu")) {
            return CPU;
        }
        Matcher matcher = CUDA.matcher(text);
        if (matcher.matches()) {
            return cuda(Integer.parseInt(matcher.group(1)));
        }
        throw new IllegalArgumentException(
                "device is '" + text + "', must be auto, cpu or cuda:N with N the device number, e.g. cuda:0");
    }

    /** The form that {@link #parse} reads. */
    @Override
    public String toString() {
        return switch (kind) {
            case AUTO -> "auto";
            case CPU -> "cpu";
            case CUDA -> "cuda:" + index;
        };
    }
}
