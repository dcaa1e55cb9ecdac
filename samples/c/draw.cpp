// The C interface from C++: a handle that frees itself, and statuses that become exceptions. draw MODEL SEED
#include <cstdlib>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "fanwise.h"

namespace {

void check(int32_t status) {
    if (status == FANWISE_OK)
        return;
    std::string sentence(static_cast<std::size_t>(fanwise_last_error(nullptr, 0)) + 1, '\0');
    fanwise_last_error(sentence.data(), static_cast<int64_t>(sentence.size()));
    throw std::runtime_error(sentence.c_str());
}

class Plan {
public:
    Plan(const char *path, int64_t seed) { check(fanwise_plan_read(path, seed, nullptr, nullptr, &handle_)); }
    ~Plan() { fanwise_plan_free(handle_); }
    Plan(const Plan &) = delete;
    Plan &operator=(const Plan &) = delete;

    int64_t count() const {
        int64_t count = 0;
        check(fanwise_plan_count(handle_, &count));
        return count;
    }

    std::vector<float> floats(int64_t index) const {
        int32_t type = 0;
        int64_t elements = 0;
        check(fanwise_plan_tensor(handle_, index, nullptr, nullptr, 0, &type, &elements));
        if (type != FANWISE_FLOAT32)
            throw std::runtime_error("The tensor is not float32.");
        std::vector<float> values(static_cast<std::size_t>(elements));
        check(fanwise_plan_fill(handle_, index, 0, elements, 0, values.data(), elements * 4));
        return values;
    }

private:
    fanwise_plan handle_ = 0;
};

} // namespace

int main(int argc, char **argv) {
    if (argc != 3) {
        std::cerr << "usage: draw MODEL SEED\n";
        return 2;
    }
    try {
        const Plan plan(argv[1], std::atoll(argv[2]));
        std::cout << plan.count() << " tensors, the first begins with " << plan.floats(0).at(0) << '\n';
        return 0;
    } catch (const std::exception &error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
