package io.penstock.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FactorisationTest {

    @ParameterizedTest(name = "{0} observations")
    @ValueSource(ints = {0, 1, 5, 200})
    void shouldInvertFromTheFirstState(int observations) {
        // Given
        int width = 9;
        Random random = new Random(17);
        ModelStatistics statistics = ModelStatistics.empty(width - 1);
        for (int i = 0; i < observations; i++) {
            statistics.apply(Samples.features(random, width - 1), new Observation.Judged(1, 1));
        }
        double[][] matrix = statistics.quality().gramRows();
        double[] ridges = new double[width];
        Arrays.fill(ridges, 40);
        // When
        double[][] inverse = new double[width][width];
        new Factorisation(matrix, ridges).addInverse(inverse);
        // Then
        for (int i = 0; i < width; i++) {
            for (int j = 0; j < width; j++) {
                double product = 0;
                for (int k = 0; k < width; k++) {
                    double element = matrix[i][k] + (i == k ? 40 : 0);
                    product += element * inverse[Math.max(k, j)][Math.min(k, j)];
                }
                assertThat(product).isCloseTo(i == j ? 1 : 0, within(1e-12));
            }
        }
    }

    @Test
    void shouldKnowTheDeterminantAndSolve() {
        // Given
        double[][] matrix = {{3, 2}, {2, 3}};
        // When
        Factorisation factorisation = new Factorisation(matrix, new double[] {1, 0});
        // Then
        assertThat(factorisation.logDeterminant()).isCloseTo(Math.log(8), within(1e-12));
        assertThat(factorisation.solve(new double[] {8, 8})).containsExactly(new double[] {1, 2}, within(1e-12));
        assertThat(matrix).isDeepEqualTo(new double[][] {{3, 2}, {2, 3}});
    }

    @Test
    void shouldRefuseWhatIsNotPositiveDefinite() {
        assertThatThrownBy(() -> new Factorisation(new double[][] {{1, 2}, {2, 1}}, new double[2]))
                .hasMessage("the matrix of width 2 must be positive definite, but has no Cholesky factor");
    }
}
