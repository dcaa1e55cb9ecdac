# . eng/torchsharp-load.sh OUTPUT: lets the libtorch in OUTPUT load where libstdc++ is older than TorchSharp's library
# wants: 3.4.32 came with GCC 13; Debian 12 has 3.4.30. Is sourced, from the project's root; fails where it cannot help.
torchsharp_library=$(find "$1" -name libLibTorchSharp.so -path '*linux-x64*' | head -n 1)
[ -n "$torchsharp_library" ] || torchsharp_library=$1/libLibTorchSharp.so
torchsharp_system=$(ldconfig -p | awk '/libstdc\+\+\.so\.6.*x86-64/ { print $NF; exit }')
if ! grep -q GLIBCXX_3.4.32 "$torchsharp_system"; then
    g++ -shared -fPIC -O1 -o artifacts/libtorchsharp-symbol.so eng/torchsharp_old_libstdcxx.cpp &&
        python3 eng/torchsharp_old_libstdcxx.py "$torchsharp_library" &&
        export LD_PRELOAD="$PWD/artifacts/libtorchsharp-symbol.so${LD_PRELOAD:+:$LD_PRELOAD}"
fi
