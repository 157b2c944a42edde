/** Tests of what all parts share; start with EventCodecTest and ContractTest. */
package io.penstock.schema;
