package io.penstock.feature;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sessions of the MiniLM tier on the device that was asked for, or on the one that {@code auto} found. */
final class MiniLmRuntime {
    private static final Logger LOGGER = LoggerFactory.getLogger(MiniLmRuntime.class);
    private static final String RESOURCE = "/all-minilm-l6-v2-q.onnx";
    /** Rows of similar length past eight gain nothing on a CPU core and leave its cache. */
    private static final int CPU_ROWS = 8;

    private static final int GPU_ROWS = 256;
    private static final int GPU_TOKENS = 32_768;

    final Device device;
    final int maxRows;
    final int maxTokens;
    final List<MiniLmSession> sessions;

    private MiniLmRuntime(Device device, List<OrtSession> opened) {
        this.device = device;
        boolean gpu = device.kind() == Device.Kind.CUDA;
        maxRows = gpu ? GPU_ROWS : CPU_ROWS;
        maxTokens = gpu ? GPU_TOKENS : CPU_ROWS * MiniLmTokenizer.MAX_TOKENS;
        sessions = opened.stream()
                .map(session -> new MiniLmSession(OrtEnvironment.getEnvironment(), session, maxTokens))
                .toList();
    }

    /**
     * Opens the sessions.
     *
     * @throws IllegalStateException if CUDA was asked for by name and is not to be had
     */
    static MiniLmRuntime open(Device wanted, int workers) throws IOException, OrtException {
        byte[] model = model();
        if (wanted.kind() == Device.Kind.CPU) {
            return log(onCpu(model, workers), "asked for");
        }
        Device gpu = wanted.kind() == Device.Kind.CUDA ? wanted : Device.cuda(0);
        try {
            return log(
                    new MiniLmRuntime(gpu, open(model, gpu, workers)),
                    wanted.kind() == Device.Kind.CUDA ? "asked for" : "auto: found");
        } catch (OrtException | LinkageError e) {
            if (wanted.kind() == Device.Kind.CUDA) {
                throw new IllegalStateException(
                        "device is " + wanted + ", but ONNX Runtime cannot use it (" + e.getMessage()
                                + "); build with -Pcuda on a machine with the CUDA driver, or set device to auto or cpu",
                        e);
            }
            return log(onCpu(model, workers), "auto: no CUDA, " + e.getMessage());
        }
    }

    private static MiniLmRuntime onCpu(byte[] model, int workers) throws OrtException {
        return new MiniLmRuntime(Device.CPU, open(model, Device.CPU, workers));
    }

    private static List<OrtSession> open(byte[] model, Device device, int workers) throws OrtException {
        List<OrtSession> opened = new ArrayList<>();
        @Nullable OrtException failure = null;
        for (int i = 0; i < workers && failure == null; i++) {
            try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
                // Independent one-thread sessions scale; spinning helpers would only take the stream threads' time.
                options.setIntraOpNumThreads(1);
                options.setInterOpNumThreads(1);
                options.addConfigEntry("session.intra_op.allow_spinning", "0");
                if (device.kind() == Device.Kind.CUDA) {
                    options.addCUDA(device.index());
                }
                opened.add(OrtEnvironment.getEnvironment().createSession(model, options));
            } catch (OrtException e) {
                failure = e;
            }
        }
        if (failure != null) {
            for (OrtSession session : opened) {
                session.close();
            }
            throw failure;
        }
        return opened;
    }

    private static byte[] model() throws IOException {
        try (InputStream in = MiniLmExtractor.resource(RESOURCE)) {
            return in.readAllBytes();
        }
    }

    private static MiniLmRuntime log(MiniLmRuntime runtime, String reason) {
        LOGGER.atInfo()
                .addKeyValue("device", runtime.device)
                .addKeyValue("reason", reason)
                .addKeyValue("sessions", runtime.sessions.size())
                .log("Feature tier minilm started");
        return runtime;
    }
}
