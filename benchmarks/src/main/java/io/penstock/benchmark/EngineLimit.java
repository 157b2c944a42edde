package io.penstock.benchmark;

import io.penstock.feature.FeatureExtractor;
import io.penstock.feature.Prompt;
import java.util.ArrayList;
import java.util.List;

/** What an extractor gives when nothing is around it: full batches, one after the other, one thread each worker. */
final class EngineLimit {
    private EngineLimit() {}

    /** Records a second of this many threads for about this long. */
    static double measure(FeatureExtractor extractor, int batch, int threads, long millis) throws InterruptedException {
        List<Prompt> prompts = new ArrayList<>();
        for (int i = 0; i < batch; i++) {
            prompts.add(Prompt.of(FixedRecord.request(i).getPrompt()));
        }
        extractor.extract(prompts);
        long[] done = new long[threads];
        List<Thread> workers = new ArrayList<>();
        long start = System.nanoTime();
        long end = start + millis * 1_000_000;
        for (int t = 0; t < threads; t++) {
            int own = t;
            Thread worker = new Thread(() -> {
                while (System.nanoTime() < end) {
                    done[own] += extractor.extract(prompts).size();
                }
            });
            workers.add(worker);
            worker.start();
        }
        long sum = 0;
        for (int t = 0; t < threads; t++) {
            workers.get(t).join();
            sum += done[t];
        }
        return sum * 1e9 / (System.nanoTime() - start);
    }
}
