// The scalar peer of the benchmarks: TensorFlow's CPU algorithm for float32 draws, one group of four after the other, with the C library's logf and sincosf.
// Bit-identical to the reference; its own code, written from the rules. Built by bench/twin/build.
#include <cmath>
#include <cstdint>
#include <cstring>

namespace {

struct Block { uint32_t word[4]; };

class Philox {
public:
    Philox(uint64_t key, uint64_t low, uint64_t high)
        : key0_(uint32_t(key)), key1_(uint32_t(key >> 32)),
          counter_{{uint32_t(low), uint32_t(low >> 32), uint32_t(high), uint32_t(high >> 32)}} {}

    void skip(uint64_t blocks) {
        uint64_t low = (uint64_t(counter_.word[1]) << 32 | counter_.word[0]) + blocks;
        bool carry = low < blocks;
        counter_.word[0] = uint32_t(low);
        counter_.word[1] = uint32_t(low >> 32);
        if (carry && ++counter_.word[2] == 0) ++counter_.word[3];
    }

    Block next() {
        Block x = counter_;
        uint32_t k0 = key0_, k1 = key1_;
        for (int round = 0; round < 10; ++round, k0 += 0x9E3779B9u, k1 += 0xBB67AE85u) {
            uint64_t p0 = uint64_t(0xD2511F53u) * x.word[0], p1 = uint64_t(0xCD9E8D57u) * x.word[2];
            x = {{uint32_t(p1 >> 32) ^ x.word[1] ^ k0, uint32_t(p1), uint32_t(p0 >> 32) ^ x.word[3] ^ k1, uint32_t(p0)}};
        }
        skip(1);
        return x;
    }

private:
    uint32_t key0_, key1_;
    Block counter_;
};

inline float unit(uint32_t word) {
    uint32_t bits = 0x3F800000u | (word & 0x7FFFFFu);
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value - 1.0f;
}

inline void box_muller(uint32_t x0, uint32_t x1, float* out) {
    float u1 = unit(x0);
    if (u1 < 1.0e-7f) u1 = 1.0e-7f;
    float angle = float(2.0 * M_PI * unit(x1)), radius = std::sqrt(-2.0f * logf(u1));
    sincosf(angle, &out[0], &out[1]);
    out[0] *= radius;
    out[1] *= radius;
}

}  // namespace

extern "C" void twin_uniform(float* destination, int64_t groups, uint64_t key, uint64_t low, uint64_t high) {
    Philox stream(key, low, high);
    for (; groups > 0; --groups, destination += 4) {
        Block x = stream.next();
        for (int i = 0; i < 4; ++i) destination[i] = unit(x.word[i]);
    }
}

extern "C" void twin_normal(float* destination, int64_t groups, uint64_t key, uint64_t low, uint64_t high) {
    Philox stream(key, low, high);
    for (; groups > 0; --groups, destination += 4) {
        Block x = stream.next();
        box_muller(x.word[0], x.word[1], destination);
        box_muller(x.word[2], x.word[3], destination + 2);
    }
}

extern "C" void twin_truncated_normal(float* destination, int64_t groups, uint64_t key, uint64_t low, uint64_t high) {
    Philox base(key, low, high);
    for (; groups > 0; --groups, destination += 4, base.skip(256)) {
        Philox stream = base;
        for (int filled = 0; filled < 4;) {
            Block x = stream.next();
            for (int pair = 0; pair < 4 && filled < 4; pair += 2) {
                float normals[2];
                box_muller(x.word[pair], x.word[pair + 1], normals);
                for (int i = 0; i < 2 && filled < 4; ++i)
                    if (std::fabs(normals[i]) < 2.0f) destination[filled++] = normals[i];
            }
        }
    }
}
