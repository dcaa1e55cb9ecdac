"""Prints the exponents of MT19937's characteristic polynomial over GF(2), which src/Fanwise/Streams/Mt19937Polynomial.cs
holds. Source: M. Matsumoto and T. Nishimura, "Mersenne Twister", ACM TOMACS 8 (1998), appendix:

    phi(t) = p q^31 + sum_{i < 31} a_i p q^(30 - i) + a_31,   p = t^624 + t^397,  q = t^623 + t^396,
    a_i = bit i of the twist's matrix 0x9908B0DF
"""
MATRIX = 0x9908B0DF


def multiply(a, b):
    """The product of two polynomials; bit i of a number is the coefficient of t^i."""
    product = 0
    while a:
        low = a & -a
        product ^= b * low
        a ^= low
    return product


def main():
    p, q = 1 << 624 | 1 << 397, 1 << 623 | 1 << 396
    powers = [1]
    while len(powers) < 32:
        powers.append(multiply(q, powers[-1]))
    phi = multiply(p, powers[31]) ^ (MATRIX >> 31)
    for i in range(31):
        if MATRIX >> i & 1:
            phi ^= multiply(p, powers[30 - i])
    terms = [i for i in range(phi.bit_length() - 1, -1, -1) if phi >> i & 1]
    line = "       "
    for term in terms:
        if len(line) + len(f" {term},") > 112:
            print(line)
            line = "       "
        line += f" {term},"
    print(line)


if __name__ == "__main__":
    main()
