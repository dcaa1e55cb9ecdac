// The one symbol of GLIBCXX_3.4.32 that TorchSharp's native library needs; see torchsharp_old_libstdcxx.py.
#include <ios>
static std::ios_base::Init init;
extern "C" void _ZSt21ios_base_library_initv() {}
